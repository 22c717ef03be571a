// Takes a while, as a call of a service does; while the service is down (a time in the change says until when), it fails; one order is poison.
exports.onChange = async (change) => {
  const { downUntil = 0, poison } = change.newImage ?? {};
  await new Promise((done) => setTimeout(done, 5 + Math.random() * 20));
  if (poison === process.env.SUBSCRIBER) throw new Error('cannot be applied');
  if (process.env.SUBSCRIBER === 'Email' && Date.now() < downUntil) throw new Error('the service is down');
};
