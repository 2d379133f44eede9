import { UserError } from "../../modules/user-error";
import type { KubernetesSupport } from "../../modules/facts/support";

/** What `aws eks describe-cluster-versions` answers, as far as it is read. */
interface Answer {
  readonly clusterVersions?: readonly {
    readonly clusterVersion?: string;
    readonly endOfStandardSupportDate?: string | number;
    readonly endOfExtendedSupportDate?: string | number;
  }[];
}

/** The support of each Kubernetes version that EKS has, oldest first. */
export function kubernetesSupportOf(json: string): KubernetesSupport[] {
  const versions = (JSON.parse(json) as Answer).clusterVersions ?? [];
  const day = (date: string | number) => new Date(typeof date === "number" ? date * 1000 : date).toISOString().slice(0, 10);
  const rows = versions.flatMap(({ clusterVersion, endOfStandardSupportDate, endOfExtendedSupportDate }) =>
    clusterVersion === undefined || endOfStandardSupportDate === undefined || endOfExtendedSupportDate === undefined
      ? []
      : [{ version: clusterVersion, standardSupportEnds: day(endOfStandardSupportDate), extendedSupportEnds: day(endOfExtendedSupportDate) }],
  );
  if (rows.length === 0) throw new UserError("EKS told no version with the end of its support");
  return rows.sort((a, b) => Number(a.version.slice(2)) - Number(b.version.slice(2)));
}
