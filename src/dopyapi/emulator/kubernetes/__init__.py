"""Kubernetes clusters: their versions, their node pools of real Droplets, and what becomes of them in time.

Documents of the kind ``kubernetes_cluster`` with their VPC as parent and their node pools in the body, as clients see
them. The relation ``node`` says which Droplets are whose nodes. Hidden: ``messages``, ``lints``,
``addons``, ``outdated`` (nodes that an upgrade replaces), ``maintenance`` (when it is due).
"""
