// Stands for nock in tests. The mocks of Sigstore and TUF, of which we use the handlers only, load it, and loading it puts it between Node's
// http and the network for every test file of the worker: what we see would be its sockets and its errors.
module.exports = () => {
  throw new Error('tests talk to servers of their own: nothing is intercepted');
};
