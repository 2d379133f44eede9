/** Why EKS refuses to bring a cluster from one Kubernetes version to another, and what to do instead; nothing if it does not. */
export function kubernetesStep(from: string, to: string): { readonly why: string; readonly instead: string } | undefined {
  const [old, now] = [from, to].map((version) => Number(version.split(".")[1]));
  if (!Number.isFinite(old) || !Number.isFinite(now) || now === old || now === old! + 1) return undefined;
  return now! < old!
    ? { why: `EKS cannot go back from ${from} to ${to}`, instead: `Set versions.kubernetes: "${from}"` }
    : { why: `EKS goes up one minor version at a time, not from ${from} to ${to}`, instead: `Set versions.kubernetes: "1.${old! + 1}" first` };
}
