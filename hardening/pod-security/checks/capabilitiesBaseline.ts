import { observe } from '../observe';
import type { PodSecurityCheck } from '../types';

/** The capabilities that container runtimes give by default. */
const DEFAULT_CAPABILITIES: ReadonlySet<unknown> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

export const capabilitiesBaseline: PodSecurityCheck = {
  id: 'capabilities_baseline',
  level: 'baseline',
  reason: 'capabilities beyond the default ones let a container act on its node',
  fix: 'remove it from capabilities.add',
  look: (pod) =>
    pod
      .security('capabilities', 'add')
      .flatMap((added) =>
        added
          .items()
          .flatMap((item) => observe(item, `one of ${[...DEFAULT_CAPABILITIES].join(', ')}`, (value) => DEFAULT_CAPABILITIES.has(value))),
      ),
};
