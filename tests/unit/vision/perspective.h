/*
 * Where the points of a flat thing lie in a photograph of it.
 */
#pragma once

/* A matrix, row by row, on points with a third coordinate of 1. */
struct perspective {
        double at[9];
};

/* Lays the unit square onto a quadrangle, whose corners go the way of (0,0) (1,0) (1,1) (0,1). */
struct perspective perspective_onto(const double corners[4][2]);
struct perspective perspective_back(const struct perspective *perspective);
void perspective_move(const struct perspective *perspective, double point[2]);
