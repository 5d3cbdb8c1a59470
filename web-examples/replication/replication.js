/** Two devices that replicate one database through two remotes, to watch. */

import { byId } from '../shared/element.js';
import { keepPage } from '../shared/offline.js';
import { DeviceView } from './device-view.js';
import { Device } from './device.js';

/** @type {Device[]} */
const devices = [];

/** Whether all devices have the same head and every write is at both remotes. */
function judge() {
  const [head, ...others] = devices.map(({ picture }) => String(picture.clock));
  const isSame = others.every((other) => other === head);
  const links = devices.flatMap((device) => device.links);
  if (links.some(({ wire }) => wire.isCut)) {
    return isSame ? ['warning', 'Cut; the devices agree'] : ['warning', 'Cut; the devices differ'];
  }
  if (!isSame) return ['busy', 'The devices differ'];
  return links.every(({ connection }) => connection.status.safe)
    ? ['good', 'The devices agree, all is safe']
    : ['busy', 'The devices agree'];
}

/** The badge is read out: it changes only when it says something else. */
function show() {
  const [tone, text] = judge();
  const badge = byId('badge');
  badge.dataset.tone = tone;
  const isCut = devices.some(({ links }) => links.some(({ wire }) => wire.isCut));
  byId('cut').classList.toggle('primary', !isCut);
  byId('mend').classList.toggle('primary', isCut);
  if (badge.textContent !== text) badge.textContent = text;
}

function setCutEverywhere(isCut) {
  for (const device of devices) {
    for (const link of device.links) device.setCut(link, isCut);
  }
}

function fail({ message }) {
  byId('failure').textContent = message;
  byId('failure').hidden = false;
}

async function start() {
  const answer = await fetch('remotes.json');
  if (!answer.ok) throw new Error('This server names no remotes: `npm run demo` does.');
  const remotes = await answer.json();
  devices.push(new Device({ name: 'A', storage: 'indexeddb', remotes }));
  devices.push(new Device({ name: 'B', storage: 'memory', remotes }));
  for (const device of devices) {
    byId('devices').append(new DeviceView(device).element);
    device.addEventListener('change', show);
    device.addEventListener('cut', show);
    device.addEventListener('failure', ({ detail }) => fail(detail));
    for (const { connection } of device.links) connection.addEventListener('status', show);
  }
}

byId('cut').addEventListener('click', () => setCutEverywhere(true));
byId('mend').addEventListener('click', () => setCutEverywhere(false));
start().catch(fail);
keepPage(byId('offline-ready'));
