import type { Authority } from '../../verification/trust-policy';
import { signerName } from '../../verification/trust-policy/signerName';
import type { Refusal, TufRepository } from './attestors';
import { keyFingerprint, keyObjection } from './publicKeys';
import type { AcceptedKeys } from './publicKeys';
import { toRe2 } from './subjectPattern';
import type { AdmissionTrustPolicy } from './trustPolicyFiles';

/** Address of the public Sigstore; a policy for it needs no `tuf` block, but several roots together do. */
const PUBLIC_GOOD = 'public-good';

/**
 * What of the trust policy Kyverno cannot hold without becoming weaker than the preview, or failing for ever. Told before anything is
 * created, with the place in the trust policy.
 *
 * @param keys with which its policies of that form verify
 */
export function refusals(trust: AdmissionTrustPolicy, keys: AcceptedKeys): readonly Refusal[] {
  return [
    ...rootRefusals(trust),
    ...thresholdRefusals(trust),
    ...signerRefusals(trust, keys),
    ...untimedKeyRefusals(trust),
    ...signatureRefusals(trust),
  ];
}

/** The TUF repository that all attestors name; undefined for the public Sigstore. */
export function tufRepository(trust: AdmissionTrustPolicy, ofKyverno: TufRepository | undefined): TufRepository | undefined {
  const [root] = usedRoots(trust).filter(({ kind }) => kind === 'tuf');
  if (root?.kind !== 'tuf') return ofKyverno;
  const content = trust.trustRoots.get(root.name);
  if (content === undefined) throw new Error(`the root of ${root.name} was not read with the policy`);
  return { mirror: root.url, root: content };
}

/** Trust roots that an authority names; others do not matter to the cluster. */
export function usedRoots(trust: AdmissionTrustPolicy) {
  const names = new Set(
    trust.policy.policies.flatMap(({ authorities }) =>
      authorities.flatMap(({ trustRoot }) => (trustRoot === undefined ? [] : [trustRoot])),
    ),
  );
  return trust.policy.trustRoots.filter(({ name }) => names.has(name));
}

/** A Kyverno process stays with the first TUF repository that a policy named. Trust roots from files stand beside it. */
function rootRefusals(trust: AdmissionTrustPolicy): readonly Refusal[] {
  const byTuf = usedRoots(trust).filter(({ kind }) => kind !== 'file');
  if (byTuf.length < 2) return [];
  return [
    {
      path: 'trustRoots',
      expected: 'at most one trust root by TUF (publicGood or tuf) among those that authorities use',
      found: byTuf.map(({ name, kind }) => (kind === PUBLIC_GOOD ? `${name} (publicGood)` : name)).join(' and '),
      fix: 'give all but one as `file`: a Kyverno process asks the first TUF repository that it met before every verification, whichever a policy names, and verifies nothing while that one is down',
    },
  ];
}

/** Kyverno asks for one log entry, one certificate timestamp, one trusted time, and knows no other numbers than one and none. */
function thresholdRefusals(trust: AdmissionTrustPolicy): readonly Refusal[] {
  return trust.policy.trustRoots.flatMap((root, index) => {
    if (!usedRoots(trust).includes(root)) return [];
    const refuse = (field: keyof typeof root.thresholds, expected: string, fix: string): Refusal => ({
      path: `trustRoots[${index}].thresholds.${field}`,
      expected,
      found: String(root.thresholds[field]),
      fix,
    });
    const { transparencyLog, certificateTransparency, timestamps } = root.thresholds;
    const more = 'Kyverno would be content with one: lower it, or let the cluster rely on verification summaries (verificationSummary)';
    return [
      ...(transparencyLog > 1 ? [refuse('transparencyLog', 'at most 1', more)] : []),
      ...(certificateTransparency > 1 ? [refuse('certificateTransparency', 'at most 1', more)] : []),
      ...(timestamps > 1 ? [refuse('timestamps', 'at most 1', more)] : []),
      ...(certificateTransparency === 0 && transparencyLog > 0
        ? [
            refuse(
              'certificateTransparency',
              '1 where transparencyLog is 1',
              'Kyverno cannot leave out one without asking a log over the network for the other: set transparencyLog to 0 with timestamps 1, or both to 1',
            ),
          ]
        : []),
    ];
  });
}

/**
 * Signers that would be read otherwise than by the preview, or not at all.
 *
 * @param accepted keys with which that verifies which looks at signatures in the cluster
 */
export function signerRefusals(trust: AdmissionTrustPolicy, accepted: AcceptedKeys): readonly Refusal[] {
  return trust.policy.policies.flatMap(({ authorities }, policy) =>
    authorities.flatMap((authority, index): readonly Refusal[] => {
      const path = `policies[${policy}].authorities[${index}]`;
      if (authority.kind === 'keyless') {
        return authority.identities.flatMap(({ subject }, position) => {
          const pattern = subject.kind === 'pattern' ? toRe2(subject.source) : undefined;
          if (pattern === undefined || pattern.ok) return [];
          return [
            {
              path: `${path}.keyless.identities[${position}].subjectRegExp`,
              expected: 'a pattern that ECMAScript and RE2 read alike',
              found: pattern.reason,
              fix: 'write it with classes, groups and repetitions only, or as an exact subject',
            },
          ];
        });
      }
      const pem = trust.keys.get(authority);
      const found = pem === undefined ? undefined : keyObjection(pem, accepted);
      if (found === undefined) return [];
      return [{ path: `${path}.key`, expected: accepted.inWords, found, fix: 'sign with a P-256 key: cosign generate-key-pair makes one' }];
    }),
  );
}

/** Where Kyverno need not look for a log entry of a signature by a key, it looks for no timestamp either. */
function untimedKeyRefusals(trust: AdmissionTrustPolicy): readonly Refusal[] {
  return trust.policy.policies.flatMap(({ authorities }, policy) =>
    authorities.flatMap(({ kind, trustRoot }, index): readonly Refusal[] => {
      const root = kind === 'key' ? trust.policy.trustRoots.find(({ name }) => name === trustRoot) : undefined;
      if (root === undefined || root.thresholds.transparencyLog > 0) return [];
      return [
        {
          path: `policies[${policy}].authorities[${index}].key.trustRoot`,
          expected: 'a trust root with a log, or none',
          found: `${root.name} (transparencyLog 0, timestamps ${root.thresholds.timestamps})`,
          fix: 'leave it out: Kyverno would ask a key for neither log entry nor timestamp, and the preview should not ask for more than the cluster',
        },
      ];
    }),
  );
}

/**
 * Kyverno counts attestors, and not signers: two patterns that match one signer would count it twice, and so would one workflow from two refs,
 * one mailbox of two issuers, and one key in two encodings. Different callers of one workflow are different signers at preview; here they look
 * alike.
 */
function signatureRefusals(trust: AdmissionTrustPolicy): readonly Refusal[] {
  return trust.policy.policies.flatMap(({ authorities, signatureThreshold }, policy) => {
    if (signatureThreshold < 2) return [];
    const counted = new Map<string, string>();
    const refuse = (path: string, expected: string, found: string, fix: string): Refusal => ({
      path: `policies[${policy}].authorities[${path}`,
      expected: `${expected} where signatures.threshold is ${signatureThreshold}`,
      found,
      fix,
    });
    return authorities.flatMap((authority, index) =>
      signersOf(authority, trust).flatMap(({ path, name, inWords }): readonly Refusal[] => {
        if (name === undefined) {
          const fix = 'name each signer exactly: Kyverno counts entries of the list, not signers, so that one signer could count twice';
          return [refuse(`${index}]${path}`, 'exact subjects', inWords, fix)];
        }
        const earlier = counted.get(name);
        counted.set(name, earlier ?? inWords);
        if (earlier === undefined) return [];
        const found =
          earlier === inWords ? `${inWords}, which an earlier authority names too` : `${inWords}, the same signer as ${earlier}`;
        return [refuse(`${index}]`, 'each signer once', found, 'leave it out here: Kyverno would count one signature twice')];
      }),
    );
  });
}

/** A signer as it is counted. */
interface CountedSigner {
  /** Behind the authority. */
  readonly path: string;
  /** What identifies it; undefined where a pattern leaves that open. */
  readonly name: string | undefined;
  readonly inWords: string;
}

function signersOf(authority: Authority, { keys }: AdmissionTrustPolicy): readonly CountedSigner[] {
  if (authority.kind === 'keyless') {
    return authority.identities.map(({ issuer, subject }, position) => {
      const path = `.keyless.identities[${position}]`;
      return subject.kind === 'exact'
        ? { path, name: signerName(issuer, subject.value), inWords: `${subject.value} (issuer ${issuer})` }
        : { path: `${path}.subjectRegExp`, name: undefined, inWords: `/${subject.source}/` };
    });
  }
  if (authority.key.kind === 'kms') return [{ path: '', name: authority.key.reference, inWords: authority.key.reference }];
  const pem = keys.get(authority);
  if (pem === undefined) return [];
  const name = `the key ${keyFingerprint(pem)}`;
  return [{ path: '', name, inWords: name }];
}
