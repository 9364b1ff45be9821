package dev.sluice.route;

import dev.sluice.model.ModelRequirements;
import java.util.random.RandomGenerator;

/** The inputs of a strategy besides the candidates. */
record PlanContext(ModelRequirements requirements, RandomGenerator random) {}
