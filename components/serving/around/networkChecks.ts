import { integer, shown } from '../../arguments/argumentChecks';
import type { Check } from '../../arguments/argumentProblems';
import { credentialAddressesIn, parseNetwork } from './metadataAddresses';

/** Longest DNS name. https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const NAME_LIMIT = 253;

const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
/** Two labels at least, after `*.` too. */
const HOST = new RegExp(`^(?:\\*\\.)?${LABEL}(?:\\.${LABEL})+$`);

const LABEL_NAME = /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

export const portNumber = integer('a port from 1 to 65535', 1, 65_535, 'set the port that is called');

/** A network, and not one that consists of nothing but addresses that stay closed. */
export const cidr: Check = (value) => {
  const network = typeof value === 'string' ? parseNetwork(value) : undefined;
  if (network === undefined) {
    return {
      expected: 'a network in CIDR notation, without bits beyond its prefix',
      found: shown(value),
      fix: 'write it like "10.20.0.0/16"; one address is "10.1.2.3/32"',
    };
  }
  return credentialAddressesIn(network).includes(`${network.address}/${network.prefix}`)
    ? {
        expected: 'a network without an address that hands out credentials of the cloud',
        found: shown(value),
        fix: 'remove it; for EKS Pod Identity set network.awsPodIdentity',
      }
    : undefined;
};

/** A host name, or `*.` before one of at least two labels: `*.com` is half the Internet. */
export const hostName: Check = (value) =>
  typeof value === 'string' && value.length <= NAME_LIMIT && HOST.test(value)
    ? undefined
    : {
        expected: 'a DNS name in lower case, or *. before a domain of two labels or more',
        found: shown(value),
        fix: 'write it like "api.acme.example" or "*.acme.example"',
      };

export const labelName: Check = (value) =>
  typeof value === 'string' && LABEL_NAME.test(value)
    ? undefined
    : { expected: 'the name of a label', found: shown(value), fix: 'write it like "app.kubernetes.io/name"' };

export const labelValue: Check = (value) =>
  typeof value === 'string' && LABEL_VALUE.test(value)
    ? undefined
    : { expected: 'the value of a label', found: shown(value), fix: 'use at most 63 letters, digits, hyphens, underscores and dots' };
