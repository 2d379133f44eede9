/** Requests and limits of a container as the configuration has them: cores, and bytes as Kubernetes writes them. */
interface Resources {
  readonly cpu?: number | undefined;
  readonly memory?: string | undefined;
  readonly limits: { readonly cpu?: number | undefined; readonly memory?: string | undefined };
}

const amounts = ({ cpu, memory }: Omit<Resources, "limits">, more: Readonly<Record<string, string>> = {}) => ({
  ...(cpu === undefined ? {} : { cpu: String(cpu) }),
  ...(memory === undefined ? {} : { memory }),
  ...more,
});

/** `resources` of a container; undefined where nothing is asked for. `more` are further requests. */
export function containerResources(resources: Resources, more?: Readonly<Record<string, string>>) {
  const requests = amounts(resources, more);
  const limits = amounts(resources.limits);
  if (Object.keys({ ...requests, ...limits }).length === 0) return undefined;
  return { ...(Object.keys(requests).length > 0 ? { requests } : {}), ...(Object.keys(limits).length > 0 ? { limits } : {}) };
}
