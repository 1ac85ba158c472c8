import type { AttestationRequirement } from '../../../verification/trust-policy';
import { renderCustom } from './custom';
import { renderEvaluation } from './evaluation';
import { renderModelCard } from './modelCard';
import { renderSbom } from './sbom';
import { renderSlsaProvenance } from './slsaProvenance';
import type { RenderedRequirement } from './types';
import { renderVerificationSummaryRequirement } from './verificationSummary';
import { renderVulnerabilityScan } from './vulnerabilityScan';

/** A requirement of the trust policy in the words of Kyverno. */
export function renderRequirement(entry: AttestationRequirement): RenderedRequirement {
  switch (entry.kind) {
    case 'slsaProvenance':
      return renderSlsaProvenance(entry.requirement);
    case 'sbom':
      return renderSbom(entry.requirement);
    case 'vulnerabilityScan':
      return renderVulnerabilityScan(entry.requirement);
    case 'modelCard':
      return renderModelCard(entry.requirement);
    case 'evaluation':
      return renderEvaluation(entry.requirement);
    case 'verificationSummary':
      return renderVerificationSummaryRequirement(entry.requirement);
    case 'custom':
      return renderCustom(entry.requirement);
  }
}

export type { Gap, RenderedRequirement } from './types';
