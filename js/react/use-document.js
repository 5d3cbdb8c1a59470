import { useMemo, useRef, useState } from 'react';
import { DocumentEdit } from '../live/document-edit.js';
import { useLive } from './use-live.js';

/**
 * A document that a form edits, by the names of use-fireproof: an object that is also the tuple
 * `[doc, updateDoc, saveDoc, removeDoc]`.
 *
 * @param {object} database
 * @param {object | (() => object)} [initial] a function is called once; of an object the `_id` counts: another one is another
 *   document
 */
export function useDocumentOf(database, initial = {}) {
  const [first] = useState(initial);
  const given = typeof initial === 'function' ? first : initial;
  const kept = useRef(null);
  if (kept.current?.database !== database || kept.current.id !== given._id)
    kept.current = { database, id: given._id, edit: database && new DocumentEdit(database, given) };
  const { edit } = kept.current;
  const { doc = given, hydrated, error } = useLive(edit ?? null);
  return useMemo(() => resultOf(edit, { doc, hydrated, error }), [edit, doc, hydrated, error]);
}

function resultOf(edit, state) {
  const { merge, replace, reset, refresh, save, remove, submit, update } = edit ?? {};
  const methods = { merge, replace, reset, refresh, save, remove, submit };
  return Object.assign([state.doc, update, save, remove], state, methods);
}
