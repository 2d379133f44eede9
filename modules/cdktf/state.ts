import "./lean-cdktf";
import { AzurermBackend, CloudBackend, GcsBackend, HttpBackend, LocalBackend, NamedCloudWorkspace, S3Backend, type TerraformStack } from "cdktf";
import type { Config } from "../config/schema";
import { stateRole } from "./assumed-role";

/** Where Terraform keeps the state of a stack: what a backend and a stack that reads it must say alike. */
export function stateLocation(config: Config, stackId: string) {
  const { name, state } = config;
  switch (state.type) {
    case "local":
      // Terraform runs in cdktf.out/stacks/<stack>; the path is relative so that a checkout can be moved.
      // The name keeps installations apart that share a checkout.
      return { type: state.type, path: `../../../${state.directory}/${name}/${stackId}.tfstate` } as const;
    case "s3": {
      const role = stateRole(config);
      const remote = {
        bucket: state.bucket,
        key: `${state.prefix ?? name}/${stackId}.tfstate`,
        region: state.region ?? config.region,
        ...(config.profile === undefined ? {} : { profile: config.profile }),
        ...(role === undefined ? {} : { assumeRole: role }),
      };
      return { type: state.type, remote, kmsKeyArn: state.kmsKeyArn } as const;
    }
    case "gcs":
      // Below the prefix, Terraform calls it default.tfstate.
      return { type: state.type, remote: { bucket: state.bucket, prefix: `${state.prefix ?? name}/${stackId}` }, kmsKey: state.kmsKey } as const;
    case "azurerm": {
      const remote = {
        storageAccountName: state.storageAccount,
        containerName: state.container,
        key: `${state.prefix ?? name}/${stackId}.tfstate`,
        ...(state.resourceGroup === undefined ? {} : { resourceGroupName: state.resourceGroup }),
      };
      return { type: state.type, remote } as const;
    }
    case "http": {
      const address = `${state.address}/${state.prefix ?? name}-${stackId}`;
      const lock = `${address}${state.lockPath}`;
      const { lockMethod, unlockMethod, updateMethod } = state;
      return { type: state.type, remote: { address }, locks: { updateMethod, lockAddress: lock, lockMethod, unlockAddress: lock, unlockMethod } } as const;
    }
    case "cloud": {
      const { hostname, organization, project } = state;
      return { type: state.type, remote: { hostname, organization }, workspace: `${state.workspacePrefix ?? `${name}-`}${stackId}`, project } as const;
    }
  }
}

/** Gives a stack its backend. Every stack has an explicit one: cdktf's default writes this machine's path. */
export function addBackend(stack: TerraformStack, config: Config, stackId: string): void {
  const state = stateLocation(config, stackId);
  switch (state.type) {
    case "local":
      new LocalBackend(stack, { path: state.path });
      return;
    case "s3": {
      const backend = new S3Backend(stack, {
        ...state.remote,
        encrypt: true,
        ...(state.kmsKeyArn === undefined ? {} : { kmsKeyId: state.kmsKeyArn }),
      });
      // cdktf 0.21 has no property for S3's own locking.
      backend.addOverride("use_lockfile", true);
      return;
    }
    case "gcs":
      new GcsBackend(stack, { ...state.remote, ...(state.kmsKey === undefined ? {} : { kmsEncryptionKey: state.kmsKey }) });
      return;
    case "azurerm":
      new AzurermBackend(stack, state.remote);
      return;
    case "http":
      new HttpBackend(stack, { ...state.remote, ...state.locks });
      return;
    case "cloud":
      new CloudBackend(stack, { ...state.remote, workspaces: new NamedCloudWorkspace(state.workspace, state.project) });
  }
}
