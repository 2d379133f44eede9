/** A line as a terminal may show it: jobs are root on the nodes that it comes from. */
// eslint-disable-next-line no-control-regex -- these are what is taken out
export const plain = (line: string): string => line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
