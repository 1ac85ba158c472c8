import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { patient, reference, respond, startHostileRegistry, testClient } from '../../support/registry';

const MANIFEST =
  '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}';

/** A registry on this machine whose tokens come, for a password, from its own port or from that of another program. */
async function pull(tokenServiceIs: 'own' | 'another'): Promise<Answer> {
  const other = await startHostileRegistry({ '/token': (request, response) => token(request, response) });
  const registry = await startHostileRegistry({
    '/token': (request, response) => token(request, response),
    '*': (request, response) => {
      const host = tokenServiceIs === 'own' ? (request.headers.host ?? '') : other.address;
      if (request.headers.authorization === 'Bearer t') respond(200, MANIFEST)(request, response);
      else respond(401, '', { 'www-authenticate': `Bearer realm="http://${host}/token"` })(request, response);
    },
  });
  try {
    const credentials = () => ({ kind: 'password', username: 'ann', password: 'hunter2' }) as const;
    const found = await testClient({ credentials }).resolve(reference(`${registry.address}/team/app:v1`), patient());
    if (other.requests.some(({ headers }) => headers.authorization !== undefined))
      return { outcome: 'accepted', codes: ['password-leaked'] };
    return found.ok ? { outcome: 'accepted', codes: [] } : { outcome: 'undetermined', codes: [found.finding.code] };
  } finally {
    await Promise.all([registry.close(), other.close()]);
  }
}

const token = ((request, response) => {
  const known = request.headers.authorization !== undefined;
  respond(known ? 200 : 401, known ? '{"token":"t"}' : '')(request, response);
}) as ReturnType<typeof respond>;

attempt('has the password sent to another port of this machine', {
  attacker: 'runs a program on a loopback port',
  control: () => pull('own'),
  attack: () => pull('another'),
  expected: { outcome: 'undetermined', code: 'registry-unauthorized' },
});
