"""Models: what answers an agent's requests. The fakes here are part of the product."""
