/**
 * JSON as bytes: a strict pull scanner that finds spans without building objects, and trees for the bodies that have to
 * be rebuilt.
 */
package dev.sluice.protocol.json;
