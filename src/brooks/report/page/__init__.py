"""One self-contained HTML page: what it holds, how it is put together, and pictures of its plots."""
