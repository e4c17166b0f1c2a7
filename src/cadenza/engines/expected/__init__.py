"""The parts of the `expected` engine: who people are at heart (`latent`), what a touch may bring (`answers`), a share of the people that has
one history (`bundle`), how such shares move and divide (`solve`), and whether hands and mailboxes would do (`scarce`)."""
