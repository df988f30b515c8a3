local tools = {}

local function feature(place, location)
  return {
    type = "Feature",
    geometry = place[location],
    properties = place,
  }
end

function tools.collection(places, location)
  local features = {}
  for i, place in ipairs(places) do
    features[i] = feature(place, location)
  end
  return { type = "FeatureCollection", features = features }
end

return tools
