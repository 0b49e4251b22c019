"""The 1-Click applications: those for Droplets are public images, the others are installed in Kubernetes clusters."""

from __future__ import annotations

from .images import IMAGES

_KUBERNETES = (
    "argocd cert-manager fluxcd gitlab-runner grafana-loki harbor ingress-nginx jenkins kubernetes-dashboard linkerd2 "
    "metrics-server monitoring mysql netdata openfaas postgresql prometheus-operator rabbitmq redis velero"
).split()

APPLICATIONS = (
    *((slug, "kubernetes") for slug in _KUBERNETES),
    *((image.slug, "droplet") for image in IMAGES if image.application),
)
"""Slug and type of each, in a stable order."""
