"""Our webhook beside its peers, under load and under attack: what hack/bench runs."""
