import { element } from '../shared/element.js';
import { ClockView } from './clock-view.js';
import { ConnectionView } from './connection-view.js';
import { DocumentsView } from './documents-view.js';
import { makeSwitch } from './switch.js';
import { WritingForm } from './writing-form.js';

const STORES = { indexeddb: 'kept in this browser', memory: 'kept in memory' };

/** A device: its connections, its documents, its clock. */
export class DeviceView {
  /** @param {import('./device.js').Device} device */
  constructor(device) {
    const { name } = device;
    const connections = device.links.map((link) => new ConnectionView(device, link));
    const form = new WritingForm(device);
    const documents = new DocumentsView(device, (document) => form.edit(document));
    const clock = new ClockView(device);
    const writer = makeSwitch('Write by itself', `Device ${name} writes by itself`, (isOn) =>
      device.writeByItself(isOn),
    );
    const title = element('h2', { id: `device-${name}` }, `Device ${name} `);
    title.append(element('small', {}, STORES[device.storage]));
    this.element = element(
      'section',
      { class: 'device card', 'aria-labelledby': title.id, 'data-device': name },
      element('header', { class: 'device-head' }, title, writer.element),
      element('div', { class: 'connections' }, ...connections.map((view) => view.element)),
      form.element,
      documents.element,
      clock.element,
    );
    const show = () => {
      documents.show();
      clock.show();
      writer.set(device.isWriting);
    };
    device.addEventListener('change', show);
    for (const { connection } of device.links)
      connection.addEventListener('status', () => clock.show());
    show();
  }
}
