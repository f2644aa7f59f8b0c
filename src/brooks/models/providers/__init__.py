"""Models of real providers, asked over the network.

`opening` checks what the user gave and makes the model; it is the only module here that may be
imported before a provider is wanted. The others import the clients, which are heavy: `clients`
builds one for each protocol, `conversation` translates to and from its messages, `failures` says
what went wrong, and `provided` is the model.
"""
