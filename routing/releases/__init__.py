"""Rules as releases: immutable, content-addressed snapshots of everything that decides (contract, "Rules as releases")."""
