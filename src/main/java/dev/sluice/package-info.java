/**
 * Sluice, an LLM gateway. {@link dev.sluice.MainVerticle} puts the rooms together; the map of them is in
 * {@code src/docs/architecture.md}.
 */
package dev.sluice;
