"""The commands that are written by hand: where each is, and what it does, in a line."""

from __future__ import annotations

WRITTEN: dict[str, tuple[str, str]] = {
    "api": ("api", "Send any request to the API"),
    "audit": ("audit", "Find what costs money or trust for nothing"),
    "auth": ("auth", "Log in, and choose among accounts"),
    "completion": ("completion", "Print the completion script of a shell"),
    "cost": ("cost", "Show what this month costs, by product and project"),
    "dns": ("dns", "Point names at addresses"),
    "emulator": ("emulator", "Serve a DigitalOcean that runs on this machine"),
    "inventory": ("inventory", "Be Ansible's dynamic inventory"),
    "kubeconfig": ("kubeconfig", "Let kubectl into Kubernetes clusters"),
    "map": ("map", "Draw how networks, Droplets and databases hang together"),
    "scp": ("scp", "Copy files to and from Droplets"),
    "sftp": ("sftp", "Look at the files of a Droplet, and copy them"),
    "ssh": ("ssh", "Open a shell on a Droplet, or run a command there"),
    "ssh-config": ("ssh_config", "Write a Host block for each Droplet"),
}
"""Module below ``commands/`` and line of each command, by its name."""

ADDED: dict[str, dict[str, tuple[str, str]]] = {
    "registries": {
        "login": ("registry_login", "Let docker into a registry"),
        "logout": ("registry_logout", "Take docker's password for a registry away"),
    },
    "snapshots": {"rotate": ("snapshot_rotate", "Keep the newest snapshots of something, and delete the others")},
}
"""The same of what is added to groups that follow from the declarations."""
