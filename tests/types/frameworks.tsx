// Uses the declarations for frameworks as an application would. Only compiled, never run.
import { connect } from 'fireproof-wasm';
import {
  FireproofProvider,
  ImgFile,
  useConnection,
  useFile,
  useFireproof,
  useLiveQuery,
} from 'fireproof-wasm/react';
import { createDocument, createLive, useFireproof as useInSolid } from 'fireproof-wasm/solid';
import { editDocument, useFireproof as useInSvelte } from 'fireproof-wasm/svelte';
import { useConnection as connectionInVue, useFireproof as useInVue } from 'fireproof-wasm/vue';
import type { ReactElement } from 'react';

interface Todo {
  text: string;
  done: boolean;
}

export function useTodos(): [string[], string, boolean | undefined, ReactElement] {
  const { database, useDocument, attach, connection, ...hooks } = useFireproof<Todo>('todos', {
    connect: (db) => connect.rest(db, { url: 'https://example.com/' }),
    format: '0.24',
  });
  const { docs, rows, hydrated } = hooks.useLiveQuery('text', { limit: 5 });
  const { doc, merge, submit, save } = useDocument(() => ({ text: '', done: false }));
  const [, updateDoc, saveDoc, removeDoc] = useDocument({ _id: 'a' });
  merge({ text: 'milk' });
  updateDoc({ done: true });
  void Promise.all([submit(), save(), saveDoc(), removeDoc(), database.ready()]);
  const status = useConnection(connection);
  const { url } = useFile(docs[0]?._files?.photo);
  const texts: string[] = [...docs.map(({ text }) => text), doc.text, url ?? '', attach.state];
  const all: Todo[] = hooks.useAllDocs({ prefix: 'a' }).docs.concat();
  useLiveQuery<Todo>((todo) => todo.done).docs.map(({ text }) => text.length);
  // @ts-expect-error a todo has no such member
  merge({ txt: 'milk' });
  const child = ImgFile({ file: new Blob([]), alt: '' });
  const element = FireproofProvider({ name: database, children: child });
  return [
    texts.concat(all.map(({ text }) => text)),
    rows[0]?.id ?? '',
    hydrated && status?.safe,
    element,
  ];
}

export function others(): unknown[] {
  const solid = useInSolid<Todo>('todos');
  const signal = createLive(() => solid.database.liveQuery('text'));
  const text: string | undefined = signal().value?.docs[0]?.text;
  const form = createDocument<Todo>(solid.database, { text: '', done: false });
  const done: boolean = form.state().doc.done;
  const svelte = useInSvelte<Todo>('todos');
  const edit = editDocument<Todo>(svelte.database, { text: '', done: false });
  const end = edit.subscribe((state) => console.log(state.doc.text));
  end();
  const vue = useInVue<Todo>('todos');
  const found = vue.useLiveQuery('text', () => ({ key: 'milk' }));
  const first: Todo | undefined = found.value.value?.docs[0];
  const safe: boolean | undefined = connectionInVue(vue.connections[0]!).value.value?.safe;
  return [text, done, first, safe, vue.useDocument({ text: '', done: true }).state.value.doc.text];
}
