"""How networks, Droplets and databases hang together, as a picture.

graph.py      nodes, edges, and the VPCs that they are in
building.py   a graph of what an account has
choosing.py   the part of it that is asked for
folding.py    Droplets that are alike as one
mermaid.py dot.py tree.py     the graph as text of each kind
graphviz.py   pictures, drawn by Graphviz
"""
