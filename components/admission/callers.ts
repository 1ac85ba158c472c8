import { CALLER_FIELDS } from '../../verification/trust-policy/caller';
import { isWorkflow } from '../../verification/trust-policy/workflowSubject';
import type { Authority, Identity, ImagePolicy, TrustPolicy } from '../../verification/trust-policy';
import type { Attestor, AuthorityAttestors, Refusal } from './attestors';
import type { PolicyGap } from './policyGaps';
import type { SummarySigner } from './summary';

/**
 * The caller of a workflow, in the cluster. Its name says where a workflow is, and anyone may call it who finds `workflow_call` in it; who did
 * stands in extensions of the certificate. No controller reads those of a bundle: Kyverno accepts `additionalExtensions` and
 * ignores it, so that an image of any caller would be admitted. Only the gate can judge it, and sign that it did.
 *
 * That the workflow is in the very repository that may call it changes nothing: others may call it all the same.
 */
export function callerRefusals({ policies }: TrustPolicy, summaries: boolean, controller: string): readonly Refusal[] {
  if (summaries) return [];
  return policies.flatMap(({ name, authorities }, policy) =>
    authorities.flatMap((authority, index) =>
      boundIdentities(authority).map(([position, { caller = {} }]): Refusal => {
        const fields = CALLER_FIELDS.flatMap((field) => (caller[field] === undefined ? [] : [`${field} ${caller[field]}`]));
        return {
          path: `policies[${policy}].authorities[${index}].keyless.identities[${position}]`,
          expected: `anyCaller: true, or a verification summary: ${controller} reads issuer and subject of a certificate, and not which repository called the workflow`,
          found: `${fields.join(', ')} (policy ${name})`,
          fix: WAYS_OUT[controller] ?? WAYS_OUT['Kyverno'] ?? '',
        };
      }),
    ),
  );
}

const DOCS = 'https://unpkg.com/pulumi-model-supply-chain/docs/admission.md';

const WAYS_OUT: Readonly<Record<string, string>> = {
  Kyverno: `have the gate sign what it verified and set verificationSummary, which keeps the caller checked (${DOCS}, "Callers of workflows"); or, where the workflow has no workflow_call trigger and so no other caller, write anyCaller: true in place of these fields`,
  'policy-controller': `use the backend kyverno with verificationSummary, which keeps the caller checked (${DOCS}, "Callers of workflows"); or, where the workflow has no workflow_call trigger and so no other caller, write anyCaller: true in place of these fields`,
};

function boundIdentities(authority: Authority): readonly (readonly [number, Identity])[] {
  return authority.kind === 'key' ? [] : [...authority.identities.entries()].filter(([, { caller }]) => caller !== undefined);
}

const namesCallers = ({ authorities }: Pick<ImagePolicy, 'authorities'>): boolean =>
  authorities.some((authority) => boundIdentities(authority).length > 0);

/** The attestors of a policy that would accept any caller, although the policy names one. */
export function callerBound({ authorities }: ImagePolicy, rendered: readonly AuthorityAttestors[]): readonly Attestor[] {
  return authorities.flatMap((authority, index) =>
    boundIdentities(authority).flatMap(([position]) => rendered[index]?.attestors[position] ?? []),
  );
}

/** @throws where a policy that names callers would be rendered without what stands in for them, whoever forgot to refuse it */
export function assertCallersHeld(policy: ImagePolicy, summary: SummarySigner | undefined): void {
  if (summary === undefined && namesCallers(policy)) throw new Error(`policy ${policy.name} passed the checks although it names callers`);
}

/** A summary by a workflow is worth what its callers are, and who they are the cluster does not see either. */
export function summaryGaps(policy: ImagePolicy, { authority, anyCaller }: SummarySigner): readonly PolicyGap[] {
  if (anyCaller || authority.kind === 'key' || !isWorkflow(authority.subject) || !namesCallers(policy)) return [];
  return [
    {
      policy: policy.name,
      requirement: 'verificationSummary',
      what: `which repository called ${authority.subject}, which signs the verification summaries`,
      why: 'Kyverno reads issuer and subject of a certificate, and not the caller of a workflow',
      fix: 'sign the summaries with a key (keyPath); or keep workflow_call out of the triggers of that workflow, and write anyCaller: true in verificationSummary',
    },
  ];
}
