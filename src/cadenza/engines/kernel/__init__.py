"""The compiled kernel: its C sources, what is laid out for it (`pack`), and how it is compiled (`build`)."""
