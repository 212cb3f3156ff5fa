package main

import (
	"context"
	"fmt"

	server "github.com/containerd/containerd/v2/cmd/containerd/server/config"
	"github.com/containerd/containerd/v2/core/remotes/docker"
	hosts "github.com/containerd/containerd/v2/core/remotes/docker/config"
	"github.com/containerd/containerd/v2/version"
	"github.com/pelletier/go-toml/v2"
)

func registryHosts(ctx context.Context, root, host string) ([]docker.RegistryHost, error) {
	return hosts.ConfigureHosts(ctx, hosts.HostOptions{HostDir: hosts.HostDirFromRoot(root)})(host)
}

func capabilities(host docker.RegistryHost) string {
	return sortedNames(map[string]bool{
		"pull":    host.Capabilities.Has(docker.HostCapabilityPull),
		"resolve": host.Capabilities.Has(docker.HostCapabilityResolve),
	})
}

func loadConfig(path string) (criConfig, error) {
	var cri criConfig
	config := server.Config{Version: version.ConfigVersion}
	if err := server.LoadConfig(context.Background(), path, &config); err != nil {
		return cri, err
	}
	// The plugins' own migrations, which rename the first, are not linked here.
	for _, name := range []string{"io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images"} {
		if _, err := config.Decode(context.Background(), name, &cri); err != nil {
			return cri, err
		}
	}
	if cri.Registry.ConfigPath != "" && len(cri.Registry.Mirrors)+len(cri.Registry.Configs) > 0 {
		return cri, fmt.Errorf("`mirrors` and `configs` cannot be set when `config_path` is provided")
	}
	return cri, nil
}

func parse(text []byte) (map[string]any, error) {
	value := map[string]any{}
	return value, toml.Unmarshal(text, &value)
}
