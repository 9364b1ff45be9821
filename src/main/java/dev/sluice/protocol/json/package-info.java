/**
 * JSON: a strict pull scanner that finds spans in bytes without building objects, and trees for bodies that have to be
 * rebuilt.
 */
package dev.sluice.protocol.json;
