/** Factors of the suffixes. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const FACTORS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ...['k', 'M', 'G', 'T', 'P', 'E'].map((suffix, index): [string, number] => [suffix, 1000 ** (index + 1)]),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index): [string, number] => [suffix, 1024 ** (index + 1)]),
]);

const QUANTITY = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/;

/** How many bytes an amount is; `NaN` for what is none, so that no comparison with it holds. */
export function bytesOf(quantity: string): number {
  const [, amount = '', suffix = ''] = QUANTITY.exec(quantity) ?? [];
  return Number.parseFloat(amount) * (FACTORS.get(suffix) ?? Number.NaN);
}

/** Two amounts together, in the largest binary unit that needs no fraction: `2Gi` and `20Gi` are `22Gi`. */
export function sumOfBytes(first: string, second: string): string {
  const bytes = Math.ceil(bytesOf(first) + bytesOf(second));
  const suffix = ['Ti', 'Gi', 'Mi', 'Ki'].find((unit) => bytes % (FACTORS.get(unit) ?? 1) === 0);
  return suffix === undefined ? String(bytes) : `${bytes / (FACTORS.get(suffix) ?? 1)}${suffix}`;
}
