import type { Owner } from "./moments";

type Colours = Readonly<Record<Owner, string>>;
/** A colour for whose a time is; each stands out from the page by 4.5 to 1. */
export const LIGHT: Colours = { GitHub: "#57606a", ARC: "#8250df", Karpenter: "#0969da", AWS: "#bc4c00", Kubernetes: "#0b7285", images: "#8a5a00", engine: "#1a7f37" };
export const DARK: Colours = { GitHub: "#9aa4ae", ARC: "#b892ff", Karpenter: "#6cb0ff", AWS: "#f0883e", Kubernetes: "#45c8d4", images: "#d9a62e", engine: "#4fc464" };
