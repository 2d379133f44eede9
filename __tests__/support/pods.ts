import { minimal } from "./project";

/** Settings that both kinds take alike. */
const POD = `
    image: registry.acme.example/runner:1.0
    limits: {cpu: 4, memory: 16Gi}
    environment: {FOO: "\${HOME} %{if}"}
    secretEnvironment: {NPM_TOKEN: {secret: ci/npm, key: token}}
    podLabels: {team: ci}
    podAnnotations: {acme.example/owner: platform}
    volumes:
      - {name: tools, type: persistentVolumeClaim, source: tool-cache, mountPath: /home/runner/_work/_tool, readOnly: true}
      - {name: settings, type: configMap, source: maven, mountPath: /home/runner/.m2/settings.xml, subPath: settings.xml}
      - {name: scratch, type: emptyDir, medium: memory, sizeLimit: 1Gi, mountPath: /scratch}
      - {name: keys, type: secret, source: keys, mountPath: /keys}
    serviceAccount: {roleArn: "arn:aws:iam::111122223333:role/deployer"}
    podTemplate:
      metadata: {labels: {tier: one}}
      spec:
        tolerations: [{key: team, value: ci, effect: NoSchedule}]
        containers:
          - {name: runner, env: [{name: BAZ, value: qux}]}
          - {name: db, image: "postgres:17", resources: {requests: {cpu: 250m}}}
        initContainers: [{name: prepare, image: "busybox:1"}]`;
/** A configuration with every setting of pods once, in both kinds. */
export const PODS = minimal(`
addons: {summerwind: install}
images: {credentials: {registry.acme.example: ci/registry, docker.io: ci/docker-hub}}
telemetry: {endpoint: "http://otel-collector.monitoring:4318", secret: ci/collector}
fleets:
- name: main
  engine: {environment: {_DAGGER_ENGINE_SYSTEMENV_GOPROXY: "https://goproxy.acme.example"}, arguments: [--oci-max-parallelism=8]}
  runners:
  - name: set
    cpu: 2
    memory: 8Gi
    max: 1
    docker: true
    dockerd: {cpu: 1, memory: 2Gi, limits: {memory: 4Gi}, registryMirrors: ["https://mirror.acme.example"], mtu: 1400}${POD}
  - name: classic
    kind: runner-deployment
    cpu: 2
    memory: 8Gi
    scaling: {mode: fixed, replicas: 1}
    docker: true
    dockerd: {registryMirrors: ["https://mirror.acme.example"], mtu: 1400}${POD}
`);
