import { observe } from '../observe';
import { isAtLeast } from '../types';
import type { PodSecurityCheck, PodSecurityVersion } from '../types';

const SAFE = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
] as const;
const SAFE_SINCE_1_37 = ['net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat'] as const;

export const sysctls: PodSecurityCheck = {
  id: 'sysctls',
  level: 'baseline',
  reason: 'other kernel settings act on the whole node',
  fix: 'remove it from sysctls',
  look: (pod, version) => {
    const safe = safeNames(version);
    return pod.spec
      .at('securityContext', 'sysctls')
      .items()
      .flatMap((sysctl) => observe(sysctl.at('name'), 'a sysctl that the standard calls safe', (value) => safe.has(value)));
  },
};

const safeNames = (version: PodSecurityVersion): ReadonlySet<unknown> =>
  new Set([...SAFE, ...(isAtLeast(version, '1.37') ? SAFE_SINCE_1_37 : [])]);
