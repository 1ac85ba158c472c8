import { shown } from '../arguments/argumentChecks';
import type { Complaint } from '../arguments/argumentProblems';

/**
 * The chart of Kyverno 1.19.2. Below it, Kyverno keeps results by the text of a reference: an image that was signed once is admitted again
 * after its tag moved (CVE-2026-122321). Below 1.19.0 it neither pins digests nor requires verification, and trusts an annotation of the
 * pod about it.
 */
export const LOWEST_CHART_VERSION = '3.9.2';

/** The version of the chart that is installed unless another is named. */
export const DEFAULT_CHART_VERSION = LOWEST_CHART_VERSION;

/** The first version of Kyverno itself that may be installed. */
const LOWEST_IMAGE_TAG = 'v1.19.2';

const VERSION = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/;

/** Why a chart version is none that may be installed; undefined when it is one. Pre-releases come before their release, so none is taken. */
export function chartVersionComplaint(version: string): Complaint | undefined {
  const numbers = partsOf(version);
  const lowest = partsOf(LOWEST_CHART_VERSION);
  if (numbers !== undefined && lowest !== undefined && compare(numbers, lowest) >= 0) return undefined;
  return {
    expected: `a version of the chart from ${LOWEST_CHART_VERSION} (Kyverno 1.19.2) on, as 3.9.2`,
    found: shown(version),
    fix: 'older versions of Kyverno admit images whose tag was moved after a first look (CVE-2026-122321)',
  };
}

/** Why a tag of Kyverno's images is none that may be run: the chart of a safe version would start an unsafe one. */
export function imageTagComplaint(tag: unknown): Complaint | undefined {
  const numbers = typeof tag === 'string' && tag.startsWith('v') ? partsOf(tag.slice(1)) : undefined;
  const lowest = partsOf(LOWEST_IMAGE_TAG.slice(1));
  if (numbers !== undefined && lowest !== undefined && compare(numbers, lowest) >= 0) return undefined;
  return {
    expected: `the tag that the digests are of, from ${LOWEST_IMAGE_TAG} on`,
    found: shown(tag),
    fix: 'write the version beside its digests; older ones admit images whose tag was moved after a first look (CVE-2026-122321)',
  };
}

function partsOf(version: string): readonly number[] | undefined {
  return VERSION.exec(version)?.slice(1).map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const different = a.findIndex((part, index) => part !== b[index]);
  return different === -1 ? 0 : (a[different] ?? 0) - (b[different] ?? 0);
}
