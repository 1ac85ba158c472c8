import { redacted, redactedReference } from '../../../printing';

const SECRET = 'S3cr3tValue9';
const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('secrets are taken out', () => {
  it.each([
    ['a reference', `user:${SECRET}@registry/x`],
    ['a reference with digest', `user:${SECRET}@registry.corp:5000/x@${DIGEST}`],
    ['a reference with the user alone', `${SECRET}@registry.corp/x`],
    ['oci', `oci://user:${SECRET}@ghcr.io/acme/model`],
    ['oci without user', `oci://${SECRET}@ghcr.io/acme/model`],
    ['https', `https://user:${SECRET}@registry.corp/v2/`],
    ['https in a sentence', `GET https://user:${SECRET}@registry.corp/v2/ failed`],
    ['the second of two addresses', `https://a.test,https://user:${SECRET}@b.test/x`],
    ['a password with @', `user:p@${SECRET}@registry/x`],
    ['a password with a slash', `user:p/${SECRET}@registry.corp/x`],
    ['a password with a slash in https', `https://user:p/${SECRET}@registry.corp/x`],
    ['a password with a digit and a slash in https', `https://user:1/${SECRET}@registry.corp/x`],
    ['a password with a slash in a pattern', `^https://user:p\\.x/${SECRET}@registry\\.corp/x$`],
    ['a percent-encoded colon', `user%3A${SECRET}@registry.corp/x`],
    ['a percent-encoded @', `https://user:${SECRET}%40registry.corp/x`],
    ['both percent-encoded', `user%3A${SECRET}%40registry.corp/x`],
    ['a query', `https://storage.test/blob?X-Amz-Signature=${SECRET}&x=1`],
    ['a SAS token', `https://a.blob.core.windows.net/x?sv=2024&sig=${SECRET}`],
    ['an access token in a query', `https://a.test/x?access_token=${SECRET}`],
    ['an AWS session token', `https://a.test/x?a=1&X-Amz-Security-Token=${SECRET}`],
    ['a header', `Authorization: Bearer ${SECRET}`],
    ['a header of basic authentication', `authorization: Basic ${Buffer.from(`user:${SECRET}`).toString('base64')}`],
    ['an echoed cookie', `Set-Cookie: session=${SECRET}; path=/`],
    ['a bearer token in a sentence', `sent bearer ${SECRET} to it`],
    ['base64 alone', Buffer.from(`user:${SECRET}`).toString('base64')],
    ['base64 in a docker config', `{"auths":{"ghcr.io":{"auth":"${Buffer.from(`user:${SECRET}`).toString('base64')}"}}}`],
    ['JSON', `{"Username":"u","Secret":"${SECRET}"}`],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ identitytoken: SECRET }))],
    ['docker login -p', `docker login -u user -p ${SECRET} ghcr.io`],
    ['docker login --password', `docker login --password=${SECRET} ghcr.io`],
    ['curl -u', `curl -u user:${SECRET} https://ghcr.io`],
    ['a variable', `AWS_SECRET_ACCESS_KEY=${SECRET}`],
    ['a variable of Hugging Face', `HF_TOKEN=${SECRET}`],
    ['YAML', `password: ${SECRET}`],
    ['prose behind a path', `/etc/x/password: ${SECRET}`],
    ['without a space', `password:${SECRET}`],
    ['a line of aws', `aws_secret_access_key = ${SECRET}`.replace(' = ', '=')],
  ])('%s', (_what, text) => {
    const shown = redacted(text);
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain(Buffer.from(`user:${SECRET}`).toString('base64'));
    expect(shown).toContain('REDACTED');
  });

  it.each([
    `ghp_${'a1'.repeat(18)}`,
    `github_pat_${'a1'.repeat(30)}`,
    `glpat-${'a1'.repeat(10)}`,
    `hf_${'aB'.repeat(17)}`,
    `nvapi-${'a1'.repeat(20)}`,
    `dckr_pat_${'a1'.repeat(13)}`,
    'AKIAIOSFODNN7EXAMPLE',
    'ASIAIOSFODNN7EXAMPLE',
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    `pul-${'ab'.repeat(20)}`,
    `sk-${'a1B2'.repeat(12)}`,
    `sk-${'ab12'.repeat(12)}`,
    `sk-ant-api03-${'a1-B2_'.repeat(8)}`,
    `pypi-AgEIcHlwaS5vcmc${'aB1-'.repeat(10)}`,
    `hf_${'ab'.repeat(17)}`,
  ])('known by its form: %s', (token) => {
    expect(redacted(`error: ${token} was refused`)).toBe('error: REDACTED was refused');
    expect(redacted(`x(${token})`)).not.toContain(token);
  });

  it.each(['user:my pass word@registry/x', `user:it's"${SECRET}@registry.corp/x`, `user:a\tb\n${SECRET}@registry.corp:5000/x@${DIGEST}`])(
    'in a whole reference, whatever the password holds: %j',
    (text) => {
      expect(redactedReference(text)).toMatch(/^REDACTED@registry/);
    },
  );

  it('in a private key', () => {
    const key = `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${SECRET}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----`;
    expect(redacted(`key: ${key} end`)).toBe('key: a private key (not shown) end');
    expect(redacted(key.slice(0, 60))).not.toContain(SECRET);
  });
});

describe('what is no secret stays', () => {
  it.each([
    `ghcr.io/acme/model@${DIGEST}`,
    `localhost:5000/acme/model:v1@${DIGEST}`,
    `registry:5000/x@${DIGEST}`,
    'registry:5000/model@v1',
    'ghcr.io/acme/model:v1@latest',
    'model@latest',
    `oci://ghcr.io/acme/model:v1@${DIGEST}`,
    `https://ghcr.io:443/v2/acme/model/manifests/${DIGEST}`,
    'https://github.com/acme/ml/.github/workflows/build.yml@refs/heads/main',
    'https://ghe.corp:8443/acme/ml/.github/workflows/build.yml@refs/tags/v1.2.3',
    'https://gitlab.com/group/project//.gitlab-ci.yml@refs/heads/main',
    'build.yml@refs/heads/main',
    '^https://github\\.com/acme/.+@refs/tags/v[0-9]+$',
    'https://github\\.com/acme/ml/\\.github/workflows/build\\.yml@refs/heads/(main|release)',
    '^https://(github|gitlab)\\.com/acme/.*@.+$',
    'https://[a-z]+\\.corp/acme/build@v1',
    'https://github\\.com:443/acme/.+@refs/heads/main',
    String.raw`"^https://github\\.com/acme/.+@refs/heads/main$"`,
    'mailto:alice@example.com',
    'actions/checkout@v4',
    'ghcr.io/acme/sk-learn-model-classifier-v2-large:v1',
    'ghcr.io/acme/hf_transformers:4.40',
    'ghcr.io/acme/password:1',
    `docker.io/acme/my-access-token:v1.2@${DIGEST}`,
    'ghcr.io/acme/pypi-packages-mirror-registry',
    'MODEL_GATE_TOKEN_REALMS="registry.corp=auth.corp" or tokenRealms: {"registry.corp": ["auth.corp"]}',
    'alice@example.com',
    'sa@project.iam.gserviceaccount.com (issuer https://accounts.google.com)',
    'spiffe://cluster.local/ns/ml/sa/builder',
    'git+https://github.com/acme/ml@refs/heads/main',
    'git@github.com:acme/ml.git',
    'ssh://git@github.com/acme/ml.git',
    'pkg:npm/%40angular/core@17.0.1',
    'pkg:oci/model@sha256%3Aab?repository_url=ghcr.io/acme/model',
    'pkg:deb/debian/curl@7.50.3-1?arch=i386',
    '@angular/core 17.0.1, fixed in 17.0.2',
    'lodash@4.17.21',
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
    'HTTP 401, application/json, "{"errors":[{"code":"UNAUTHORIZED"}]}"',
    'automountServiceAccountToken: expected false, found nothing',
    'spec.imagePullSecrets[0].name: expected the name of a secret',
    '--max-num-batched-tokens=8192 --tokenizer=x',
    'docker login ghcr.io   (or point DOCKER_CONFIG at a directory with credentials for it)',
    'check region, credentials and the permission kms:GetPublicKey',
    'awskms:///arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'the token service asks for basic authentication',
    'https://auth.docker.io/token?service=registry.docker.io&scope=repository:acme/model:pull',
    `key sha256:${'ab'.repeat(32)}`,
    'connect ECONNREFUSED 127.0.0.1:5000',
  ])('%s', (text) => {
    expect(redacted(text)).toBe(text);
  });
});
