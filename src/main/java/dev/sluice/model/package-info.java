/**
 * The words everybody in Sluice speaks: requests, errors, usage, stream ends, who is asking. Imports nothing of ours
 * and nothing of Vert.x, so that dialects can stay pure.
 */
package dev.sluice.model;
