package main

import (
	"context"
	"fmt"

	"github.com/containerd/containerd/remotes/docker"
	hosts "github.com/containerd/containerd/remotes/docker/config"
	server "github.com/containerd/containerd/services/server/config"
	"github.com/pelletier/go-toml"
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
	var config server.Config
	if err := server.LoadConfig(path, &config); err != nil {
		return cri, err
	}
	name := "io.containerd.grpc.v1.cri"
	if config.GetVersion() == 1 {
		name = "cri"
	}
	plugin, ok := config.Plugins[name]
	if !ok {
		return cri, nil
	}
	if err := plugin.Unmarshal(&cri); err != nil {
		return cri, err
	}
	// pkg/cri/config.ValidatePluginConfig; its package would bring all of containerd with it.
	if cri.Registry.ConfigPath != "" && len(cri.Registry.Mirrors)+len(cri.Registry.Configs) > 0 {
		return cri, fmt.Errorf("`mirrors` and `configs` cannot be set when `config_path` is provided")
	}
	return cri, nil
}

func parse(text []byte) (map[string]any, error) {
	tree, err := toml.LoadBytes(text)
	if err != nil {
		return nil, err
	}
	return tree.ToMap(), nil
}
