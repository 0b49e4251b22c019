"""The way to a Droplet: its addresses, the programs that go there, and what ssh is told of it.

addresses.py   which address of a Droplet; waiting.py: until an SSH server answers there
clients.py     the command lines of ssh, sftp and scp
hosts.py       Host blocks of ssh's configuration; marked.py: keeping them in a file of the user's
"""
