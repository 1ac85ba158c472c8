export { POD_SECURITY_CHECKS } from './checks';
export { podSecurityFindings } from './podSecurityFindings';
export { POD_SECURITY_VERSIONS } from './types';
export type { PodSecurityCheck, PodSecurityFinding, PodSecurityLevel, PodSecurityVersion } from './types';
