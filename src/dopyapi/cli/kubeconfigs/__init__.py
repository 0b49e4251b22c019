"""Kubeconfig files, in which clusters of several teams stand side by side.

contexts.py   names of contexts, and whose they are; merging is the SDK's: `dopyapi.doks.kubeconfig`
users.py      what a cluster is entered with: a token, or this command line, which gets one whenever it is needed
"""
