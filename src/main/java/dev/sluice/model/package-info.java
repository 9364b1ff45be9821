/**
 * The types shared by all packages: requests, errors, usage, stream ends, callers. Imports no other package of Sluice
 * and nothing of Vert.x, so that protocols do not depend on them.
 */
package dev.sluice.model;
