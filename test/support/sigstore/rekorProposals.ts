import { dsseBody } from './logBodies';
import type { DsseEnvelopeJson, LogBody } from './logBodies';

interface ProposedDsseEntry {
  readonly apiVersion: string;
  readonly kind: 'dsse';
  readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

/**
 * Turns a proposed entry into the body that the log stores. A `dsse` proposal carries the whole envelope and is reduced to hashes; a
 * `hashedrekord` proposal is already canonical. Cosign compares the body with its own signature, so a stored proposal would be refused.
 *
 * @throws Error for kinds that cosign 3 does not send
 */
export function canonicaliseProposal(proposal: LogBody | ProposedDsseEntry): LogBody {
  if (proposal.kind === 'hashedrekord') {
    return proposal;
  }
  if (proposal.kind === 'dsse') {
    const { envelope, verifiers } = (proposal as ProposedDsseEntry).spec.proposedContent;
    const verifierPem = Buffer.from(verifiers[0] ?? '', 'base64').toString();
    return dsseBody(JSON.parse(envelope) as DsseEnvelopeJson, verifierPem, envelope);
  }
  throw new Error(`expected a proposed entry of kind dsse or hashedrekord, got ${proposal.kind}`);
}
