"""From light to bytes: lens, movement, sensor, compression."""

import cv2
import numpy as np
from numpy.typing import NDArray

from models.synthetic.conditions import Conditions
from models.synthetic.geometry import Plane


def photograph(scene: Plane, conditions: Conditions, rng: np.random.Generator) -> NDArray[np.uint8]:
    """(H, W) float32 grey levels to the uint8 picture a scanner would hand over."""
    picture = scene
    if conditions.focus_blur_px > 0.05:
        picture = cv2.GaussianBlur(picture, (0, 0), conditions.focus_blur_px, borderType=cv2.BORDER_REPLICATE)
    if conditions.motion_blur_px > 0.5:
        kernel = _streak(conditions.motion_blur_px, conditions.motion_angle_deg)
        picture = cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    if conditions.noise:
        picture = picture + _sensor_noise(picture, conditions.noise, rng)
    grey = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return grey if conditions.jpeg_quality is None else _through_jpeg(grey, conditions.jpeg_quality)


def _sensor_noise(picture: Plane, sigma: float, rng: np.random.Generator) -> Plane:
    """Half read noise, half photon noise, which grows with the square root of the light."""
    share = np.sqrt(0.5 + np.maximum(picture, 0) * np.float32(0.5 / 128))
    noise: Plane = rng.standard_normal(picture.shape, dtype=np.float32) * share * np.float32(sigma)
    return noise


def _streak(length: float, angle_deg: float) -> NDArray[np.float32]:
    """Kernel of a straight movement of `length` pixels."""
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), dtype=np.uint8)
    reach = np.array([np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))]) * length / 2
    ends = [tuple(round((half + sign * part) * 16) for part in reach) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 255, 1, cv2.LINE_AA, 4)
    weights = kernel.astype(np.float32)
    weights /= weights.sum()
    return weights


def _through_jpeg(grey: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    _, encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
