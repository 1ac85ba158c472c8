import { byList, canonicalRepository } from '../../../components/admission/imageReferences';
import { isWellFormed } from '../../../components/admission/referenceGrammar';
import { parseReference, repositoryName } from '../../../verification/reference/reference';
import type { Manifest } from '../cluster/apiClient';
import type { Cluster } from '../cluster/cluster';

/** References in one request: the API server bounds what an expression may cost. */
const BATCH = 40;

/** What the grammar in TypeScript makes of a reference: the repository in full, or an empty text for what it refuses. */
export function repositoryOf(reference: string): string {
  const parsed = parseReference(reference);
  return parsed.ok ? repositoryName(parsed.value.repository) : '';
}

const key = (kind: 'reference' | 'expected', index: number): string => `${kind}-${index}`;

/** The grammar in CEL, evaluated by a real API server about the values of a ConfigMap. */
export class CelGrammar {
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** @param globs of the trust policy for which the grammar is rendered */
  static async open(cluster: Cluster, globs: readonly string[]): Promise<CelGrammar> {
    const repository = `(${isWellFormed('i', globs)} ? ${canonicalRepository('i', byList)} : "")`;
    const differs = `object.data.filter(k, k.startsWith("reference-") && ${byList('i', 'object.data[k]', repository)} != object.data[k.replace("reference", "expected")])`;
    const name = 'grammar';
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
    const policies: readonly Manifest[] = [
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name },
        spec: {
          matchConstraints: { objectSelector: { matchLabels: { grammar: 'cel' } }, resourceRules: [rule] },
          variables: [{ name: 'differing', expression: differs }],
          validations: [
            { expression: 'size(variables.differing) == 0', messageExpression: '"differing: " + variables.differing.join(" ")' },
          ],
        },
      },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name },
        spec: { policyName: name, validationActions: ['Deny'] },
      },
    ];
    for (const manifest of policies) {
      const applied = await cluster.apply(manifest);
      if (!applied.ok) throw new Error(applied.message);
    }
    const grammar = new CelGrammar(cluster);
    const deadline = Date.now() + 60_000;
    while ((await grammar.differing([{ reference: 'nginx', expected: 'other' }])).length === 0) {
      if (Date.now() > deadline) throw new Error('the grammar is not asked after a minute');
    }
    return grammar;
  }

  /** The references of which the grammar in CEL does not make what is expected. */
  async differing(pairs: readonly Pair[]): Promise<readonly Pair[]> {
    const found: Pair[] = [];
    for (let start = 0; start < pairs.length; start += BATCH) found.push(...(await this.#batch(pairs.slice(start, start + BATCH))));
    return found;
  }

  async #batch(pairs: readonly Pair[]): Promise<readonly Pair[]> {
    const data = Object.fromEntries(
      pairs.flatMap(({ reference, expected }, index) => [
        [key('reference', index), reference],
        [key('expected', index), expected],
      ]),
    );
    const metadata = { generateName: 'references-', namespace: 'default', labels: { grammar: 'cel' } };
    const answer = await this.#cluster.dryRun({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
    if (answer.ok) return [];
    const keys = /denied request: differing: (.*)$/s.exec(answer.message)?.[1]?.split(' ');
    if (keys === undefined) throw new Error(answer.message);
    return keys.map((name) => pairs[Number(name.replace('reference-', ''))] as Pair);
  }
}

export interface Pair {
  readonly reference: string;
  /** Repository in full; empty for what is refused. */
  readonly expected: string;
}
